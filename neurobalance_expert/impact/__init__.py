"""What a change of rules or knowledge does to cases."""
