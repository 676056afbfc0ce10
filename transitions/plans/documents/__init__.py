"""What a plan and its blank forms hold on paper, and printing them."""
