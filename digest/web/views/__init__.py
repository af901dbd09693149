"""Views, one module a group of pages; `ROUTES` in each says which address is answered by which."""
