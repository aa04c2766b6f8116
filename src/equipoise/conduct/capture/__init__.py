"""What sites write down: participants, visits, forms."""
