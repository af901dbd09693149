"""What curating promises."""
