"""What a committee asks: the figures, missed transitions against last year, referrals, services, recommendations."""
