"""Money: assessments (SKRD) and what is paid for them."""
