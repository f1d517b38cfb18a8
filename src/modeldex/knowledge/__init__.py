"""What is known of models without asking: public datasets compiled, hand-kept lists, name patterns."""
