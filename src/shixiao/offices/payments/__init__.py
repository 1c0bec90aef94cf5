"""支出: budgets as approved and adjusted, payments and their reversal, and what is paid in rounds."""
