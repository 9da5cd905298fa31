"""This is where photos are looked at: opened safely, cleaned, told apart and found again."""
