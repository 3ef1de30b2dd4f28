"""List the names of the variables of OpenROAD-flow-scripts.

python pdk_scripts/orfs_variables.py CHECKOUT COMMIT > flows/orfs/variables.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Print the names that the checkout declares."""
    folder, commit = Path(sys.argv[1]), sys.argv[2]
    declared = json.loads((folder / "flow" / "scripts" / "variables.json").read_text(encoding="utf-8"))
    source = {"repository": "The-OpenROAD-Project/OpenROAD-flow-scripts", "commit": commit, "licence": "BSD-3-Clause"}
    print(f'{{\n"source": {json.dumps(source)},\n"names": {json.dumps(sorted(declared), indent=0)}\n}}')


if __name__ == "__main__":
    main()
