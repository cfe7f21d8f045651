"""What the APIs of all apps share: lists, filters, throttles, replay of posts, the shape of errors."""
