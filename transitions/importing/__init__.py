"""What comes into the program from files: tables from other systems, read strictly and refused with reasons."""
