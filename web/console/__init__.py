"""The moderators' console: pages for people who log in. Every decision works without JavaScript."""
