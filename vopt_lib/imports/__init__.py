"""This is where what a seller already has becomes rows for her shop: her archive, her e-mails, her tables."""
