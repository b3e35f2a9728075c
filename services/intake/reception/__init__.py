"""What is thought of a report before a person looks at it: `sorting` puts together what the rules of triage say,
which `duplicates` there may be by their `likeness`, and the `suggestions` of a category.
"""
