#!/usr/bin/env python3
"""Shows that an extension runs on any x86-64 processor: of its functions only those of Highway's namespaces N_AVX2 and
N_AVX3, which the dispatch of src/core/dispatch.hpp enters where the processor has them, hold instructions newer than SSE2.

Usage: tests/wheel/instructions.py <shared library with its symbols>
"""

import re
import subprocess
import sys
from collections import Counter

# What binutils calls the instructions after SSE2. `tzcnt` is left out: older processors execute it as `bsf`, which is
# what compilers mean when they emit it for a number that is not 0.
NEWER = re.compile(
    r"v(?!err|erw|mcall)[a-z]\w*"                                                               # AVX and later
    r"|k(mov|and|or|xor|xnor|not|shift|unpck|add|test)\w*"                                      # mask registers
    r"|(andn|bextr|bls(i|r|msk)|bzhi|mulx|pdep|pext|rorx|sarx|shlx|shrx|lzcnt|movbe|adcx|adox)[lq]?"
    r"|(popcnt|crc32)\w*|addsubp[sd]|h(add|sub)p[sd]|movddup|movs[hl]dup|lddqu|fisttp\w*"        # SSE3 .. 4.2
    r"|pshufb|palignr|ph(add|sub)\w+|pmaddubsw|pmulhrsw|psign[bwd]|pabs[bwd]"
    r"|p?blend\w+|ptest|round[sp][sd]|pmul(ld|dq)|p(min|max)(s[bd]|u[wd])|pmov[sz]x\w+|p(ext|ins)r[bdq]"
    r"|insertps|extractps|dpp[sd]|mpsadbw|phminposuw|packusdw|pcmp(eqq|gtq|[ei]str[im])")


def main(library: str) -> int:
    listing = subprocess.Popen(["objdump", "--disassemble", "--no-show-raw-insn", "--demangle", library],
                               stdout=subprocess.PIPE, text=True)
    function, dispatched, total = "", False, 0
    inside, outside = Counter(), Counter()
    assert listing.stdout is not None
    for line in listing.stdout:
        if line.endswith(">:\n"):
            function = line[line.index("<") + 1:-3]
            dispatched = "N_AVX2::" in function or "N_AVX3::" in function
            continue
        parts = line.split("\t")
        if len(parts) < 2:
            continue
        total += 1
        if NEWER.fullmatch(parts[1].split(maxsplit=1)[0]):
            if dispatched:
                inside["N_AVX3" if "N_AVX3::" in function else "N_AVX2"] += 1
            else:
                outside[function, parts[1].split(maxsplit=1)[0]] += 1
    if listing.wait() != 0:
        raise SystemExit(f"objdump failed on {library}")
    for (name, instruction), count in outside.most_common(20):
        print(f"outside dispatched functions: {instruction} x {count} in {name}", file=sys.stderr)
    if not (inside["N_AVX2"] and inside["N_AVX3"]):
        print(f"no dispatched functions found in {library}; is it stripped?", file=sys.stderr)
        return 1
    print(f"-- wheel: {total} instructions, newer than SSE2: {inside['N_AVX2']} in AVX2 and {inside['N_AVX3']} in AVX-512 "
          f"functions, {sum(outside.values())} elsewhere")
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
