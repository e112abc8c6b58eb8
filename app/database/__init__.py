"""The cellar: engine, transactions, migrations, and the few statements that differ between databases."""
