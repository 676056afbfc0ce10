"""What a committee asks: measures with their bases, missed transitions against last year, and the records behind them."""
