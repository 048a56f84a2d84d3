"""What the internet sees: routes, pages, links and what guards them."""
