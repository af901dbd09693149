"""What readers' browsers meet: pages, forms and feeds. Each view translates a visit into one flow call, and back."""
