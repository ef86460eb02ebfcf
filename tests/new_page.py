"""Makes a page test from a saved page: python tests/new_page.py NAME FILE [URL]

Writes tests/pages/NAME/page.html and expected.json with what comes out now. Read expected.json and put it right by hand: the
test holds what it says. Only pages that may be passed on belong there; write the text anew where it is somebody else's.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from aggregator import Rejection
from tests.page_case import read_page


def main() -> int:
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    name, file, url = sys.argv[1], Path(sys.argv[2]), sys.argv[3] if len(sys.argv) == 4 else None
    folder = Path(__file__).parent / "pages" / name
    if folder.exists():
        print(f"{folder} is there already", file=sys.stderr)
        return 2
    html = file.read_bytes()
    read = read_page(html, url)
    expected: dict[str, object] = {"url": url}
    if isinstance(read, Rejection):
        expected["reason"] = read.reason
    else:
        expected |= {
            "kind": read.kind,
            "text": list(read.paragraphs),
            "related": [link.title for link in read.related],
        }
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(html)
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {folder}; now read expected.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
