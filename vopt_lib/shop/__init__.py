"""This is where the seller's own business is kept: people, things, listings, orders, money, and who changed what."""
