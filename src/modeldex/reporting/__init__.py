"""What programs tell a service of modeldex about their calls: numbers and words, in the background."""
