"""Whatever strangers write, our readers either understand it or say in their own words that they do not."""
