"""`python -m contract_check` is the command `contract-check`."""

from contract_check.cli import main

if __name__ == "__main__":
    main()
