"""This is where a seller works on her own shop: one module per job."""
