"""Where chunks of a rescan are judged."""
