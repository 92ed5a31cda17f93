"""Pages about figures, a module per topic. Boards of figures live in dashboards."""
