"""What every page is made of: frame, menu, components, formats, static files. No models."""
