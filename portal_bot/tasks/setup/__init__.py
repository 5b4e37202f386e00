"""Getting to know a portal: doctor, calibrate, a sign-in by hand."""
