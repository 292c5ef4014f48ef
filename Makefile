# Weft: build, test, try, install. `make help` lists what there is.

PREFIX  ?= /usr/local
DESTDIR ?=
CNI_BIN ?= /opt/cni/bin
# Names of reference plugins that become links to weft-cni: "all", or some of them, such as "bridge host-local portmap".
CNI_NAMES ?=
UNITS   ?= $(PREFIX)/lib/systemd/system

# One configuration for tests, demo and virtual machine, so that everything is compiled once.
CONFIG   := -c release -Xswiftc -enable-testing
BUILT    := .build/release
PROGRAMS := weft weftd weft-store weft-cni
BENCH    ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-test build tests demo demo-vm bench bench-host bench-vm bench-counted bench-cni bench-program setup-vm test lint format figures fuzz-cni soak-cni soak-policy soak-modes soak-modes-vm takeover-vm install uninstall clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## installs what the build needs (Debian packages; says which)
	@scripts/setup build

setup-test:
	@scripts/setup build test

build: setup ## builds; leaves weft, weftd, weft-store and weft-cni in bin/
	@scripts/build $(CONFIG)
	@scripts/place-programs $(BUILT) bin $(PROGRAMS)

demo: build ## a cluster of three nodes on this machine, proven with packets (as root, or with sudo)
	@scripts/as-root bin/weft demo $(DEMO)

setup-vm:
	@scripts/setup build vm

demo-vm: build setup-vm ## the same inside a virtual machine, whose kernel has ip_vs: make demo-vm DEMO="--mode ipvs"
	@scripts/as-root scripts/vm --timeout 900 -- bin/weft demo $(DEMO)

bench: bench-host bench-vm ## iptables, ipvs and nftables beside each other: programming and connect cost (5 minutes)

bench-host: bench-program ## the same on this kernel, iptables and nftables only: make bench-host BENCH="--services 5000"
	@scripts/as-root bin/weft-bench all --modes iptables,nftables --time 120s $(BENCH)

bench-vm: bench-program setup-vm ## the same inside a virtual machine, all three modes
	@scripts/as-root scripts/vm --timeout 1800 -- bin/weft-bench all --services 100,1000 --time 120s $(BENCH)

bench-counted: bench-program setup-vm ## the same in instructions instead of seconds: two runs agree within 1 %
	@scripts/as-root scripts/vm --counted --timeout 1800 -- bin/weft-bench all --counted --services 100,1000 $(BENCH)

bench-cni: bench-program ## ADD and DEL of weft-cni beside the kernel alone: make bench-cni BENCH="--peer-cni /usr/lib/cni"
	@scripts/as-root bin/weft-bench cni $(BENCH)

bench-program: build
	@scripts/place-programs $(BUILT) bin weft-bench

tests: build
	@scripts/build $(CONFIG) --build-tests

test: setup-test setup-vm lint tests ## every test; ends with one line: N passed, N failed (as root, or with sudo)
	@scripts/as-root scripts/run-tests $(CONFIG)

lint: setup-test ## format, import table, documentation, shell scripts
	@scripts/lint

format: ## formats every Swift file in place
	@swift format format --in-place --parallel --recursive Package.swift Sources Tests

figures: build ## 10,000 Services x 10 endpoints in one transaction, beside a plain loop over libnftnl
	@scripts/as-root $(BUILT)/nftables-figures

install: build ## into DESTDIR, PREFIX (/usr/local) and CNI_BIN (/opt/cni/bin), with systemd units; CNI_NAMES=all: links by the reference plugins' names
	@scripts/install "$(DESTDIR)" "$(PREFIX)" "$(CNI_BIN)" "$(UNITS)" "$(CNI_NAMES)"

uninstall: ## removes what `make install` put there (the kernel's state: weftd cleanup, before)
	@scripts/uninstall "$(DESTDIR)" "$(PREFIX)" "$(CNI_BIN)" "$(UNITS)"

fuzz-cni: tests ## a million mutated configurations through the CNI plugin's parser (some minutes)
	WEFT_FUZZ_INPUTS=1000000 swift test --skip-build $(CONFIG) --filter ConfigurationFuzzTests

soak-modes: bench-program ## 100 SIGKILLs in mode iptables, and 100 mode switches, under traffic (some minutes)
	@scripts/as-root bin/weft-bench soak --mode iptables --kills 100 --churn 0s $(BENCH)
	@scripts/as-root bin/weft-bench soak --kills 0 --churn 0s --switches 100 $(BENCH)

soak-modes-vm: bench-program setup-vm ## the same with mode ipvs, inside a virtual machine
	@scripts/as-root scripts/vm --timeout 1800 -- bin/weft-bench soak --mode ipvs --services 100 --kills 100 --churn 0s $(BENCH)
	@scripts/as-root scripts/vm --timeout 1800 -- bin/weft-bench soak --services 100 --kills 0 --churn 0s --switches 30 $(BENCH)

takeover-vm: tests setup-vm ## takeover from and to kube-proxy's mode ipvs, inside a virtual machine (some minutes)
	@scripts/as-root scripts/vm --timeout 1800 -- "$$(swift build $(CONFIG) --show-bin-path)/weftPackageTests.xctest" --testing-library swift-testing --filter '^ProgramTests\.TakeoverTests/'

soak-cni: tests ## 200 containers added and removed by 8 processes at once, 20 times (as root, or with sudo)
	scripts/as-root env WEFT_SOAK_PODS=200 WEFT_SOAK_ROUNDS=20 swift test --skip-build $(CONFIG) --filter CNIStormTests

soak-policy: tests ## 1,000 pods start under a policy that denies all, and clients send to them all the time (as root, or with sudo)
	scripts/as-root env WEFT_SOAK_PODS=1000 swift test --skip-build $(CONFIG) --filter PolicyStartSoakTests

clean: ## removes what was built
	rm -rf .build bin
