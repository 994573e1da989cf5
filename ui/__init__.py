"""How things look: template tags, form layout, pager."""
