"""Support tickets, their priority and the service level's clock."""
