"""What the catalog knows, in the formats of others: one file each, and a table of them."""
