"""What is kept: two thin SQL drivers and one small repository per noun."""
