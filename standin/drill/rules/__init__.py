"""What must hold in every night, and what a random night promises."""
