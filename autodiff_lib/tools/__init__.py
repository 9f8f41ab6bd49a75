"""What maintainers run: recording notebooks, writing README's parts, building the reading site."""
