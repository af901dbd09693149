"""The mails around a subscription: their letters, and their way to the relay."""
