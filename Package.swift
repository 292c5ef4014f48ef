// swift-tools-version: 6.2
import PackageDescription

// The map of the package: docs/ARCHITECTURE.md. scripts/check-imports compares it with the sources.

/// Types are reached through their accessors, not looked up by their names' strings when they are first used: a third of
/// a plugin's time in user space, since it lives for two milliseconds (docs/decisions.md).
let typesByAccessor = SwiftSetting.unsafeFlags([
    "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
    "-Xfrontend", "-disable-generic-metadata-prespecialization",
])

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    typesByAccessor,
]

// Well-kept libraries for what Weft does not exist for; only the control half uses them.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

@MainActor func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Tests that are named after where they run.
let testsOfNoModule = ["Kernel", "VirtualMachine", "Program"]

@MainActor func tests(_ module: String, _ dependencies: [Target.Dependency] = []) -> Target {
    let tested: [Target.Dependency] = testsOfNoModule.contains(module) ? [] : [.byName(name: module)]
    return .testTarget(name: "\(module)Tests", dependencies: tested + dependencies, swiftSettings: strict)
}

/// What a static Foundation needs beside itself: its modules name only their shared form.
let staticFoundation = ["CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections"].map {
    "-l\($0)"
}

/// `standalone`: one static file that runs on any host; otherwise only the Swift runtime is linked in.
@MainActor func executable(_ name: String, standalone: Bool = false, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        swiftSettings: strict,
        linkerSettings: [.unsafeFlags(standalone ? ["-static-executable"] : ["-static-stdlib"] + staticFoundation)]
    )
}

let systemLibraries: [Target] = [
    .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
    .systemLibrary(name: "CNftnl", pkgConfig: "libnftnl", providers: [.apt(["libnftnl-dev"])]),
    .systemLibrary(name: "CNlGenl", pkgConfig: "libnl-genl-3.0", providers: [.apt(["libnl-genl-3-dev"])]),
    .target(name: "CLinuxShims"),
]

let kernelHalf: [Target] = [
    library("NetworkTypes"),
    library("LinuxSystem", ["CLinuxShims"]),
    library("Netlink", ["CLinuxShims", "LinuxSystem", "NetworkTypes"]),
    library("RouteNetlink", ["Netlink", "LinuxSystem", "NetworkTypes"]),
    library("NFTables", ["Netlink", "LinuxSystem", "NetworkTypes"]),
    library("NFTablesInspect", ["NFTables", "CNftnl", "CMnl", "Netlink", "LinuxSystem", "NetworkTypes"]),
    library("Conntrack", ["Netlink", "LinuxSystem", "NetworkTypes"]),
    library("IPVS", ["CNlGenl", "LinuxSystem", "NetworkTypes"]),
    library("JSONTree"),
    library(
        "PodNetworkMigration",
        ["NFTablesInspect", "NFTables", "RouteNetlink", "Netlink", "LinuxSystem", "NetworkTypes", "JSONTree"]
    ),
    library(
        "PodNetwork",
        ["RouteNetlink", "NFTables", "Conntrack", "Netlink", "LinuxSystem", "NetworkTypes", "JSONTree"]
    ),
]

let plans: [Target] = [
    library("ClusterModel", ["NetworkTypes", "JSONTree"]),
    library("ServicePlan", ["ClusterModel", "JSONTree", "NetworkTypes"]),
    library("NodePlan", ["ClusterModel", "JSONTree", "NetworkTypes"]),
    library("PolicyPlan", ["ClusterModel", "JSONTree", "NetworkTypes"]),
]

let controlHalf: [Target] = [
    library("PrometheusText", [coreMetrics]),
    library("CommandLineEntry", [argumentParser]),
    library("KubeProxyConfiguration", ["NetworkTypes", yams]),
    library(
        "ServiceProxy",
        [
            "ServicePlan", "ClusterModel", "NFTables", "NFTablesInspect", "IPVS", "RouteNetlink", "Netlink",
            "Conntrack",
            "LinuxSystem", "NetworkTypes", logging, metrics,
        ]
    ),
    library(
        "ServiceExplain",
        ["ServiceProxy", "ServicePlan", "ClusterModel", "JSONTree", "NetworkTypes"]
    ),
    library(
        "NodeNetwork",
        ["NodePlan", "ClusterModel", "RouteNetlink", "Netlink", "LinuxSystem", "NetworkTypes", logging, metrics]
    ),
    library(
        "PolicyEnforcer",
        [
            "PolicyPlan", "ClusterModel", "NFTables", "NFTablesInspect", "Netlink", "Conntrack", "LinuxSystem",
            "NetworkTypes", logging, metrics,
        ]
    ),
    library("ControlStore", ["ClusterModel", "JSONTree", "NetworkTypes", "LinuxSystem", grdb, logging]),
    library(
        "ControlStoreServer",
        [
            "ControlStore", "ClusterModel", "JSONTree", "NetworkTypes", hummingbird, nioCore, logging, lifecycle,
            "PrometheusText", metrics,
        ]
    ),
    library(
        "ControlStoreClient",
        [
            "ClusterModel", "JSONTree", "NetworkTypes", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL, yams,
            logging, lifecycle,
        ]
    ),
    library(
        "NodeDaemon",
        [
            "KubeProxyConfiguration", "ServiceProxy", "ServicePlan", "PolicyEnforcer", "PolicyPlan", "NodeNetwork",
            "NodePlan",
            "ControlStoreClient", "ClusterModel", "JSONTree", "NFTables", "RouteNetlink", "Netlink", "LinuxSystem",
            "NetworkTypes", "PrometheusText", hummingbird, nioCore, nioPosix, nioHTTP1,
            logging, metrics, lifecycle,
        ]
    ),
    library(
        "Demo",
        [
            "ClusterTesting", "TrafficTesting", "JSONTree", "NFTables", "NFTablesInspect", "IPVS", "RouteNetlink",
            "LinuxSystem", "NetworkTypes",
        ]
    ),
]

// Shared by our own tests, the demo and the bench.
let testKits: [Target] = [
    library("LinuxSystemTesting", ["LinuxSystem", "CLinuxShims"]),
    library("NetlinkTesting", ["Netlink", "LinuxSystem"]),
    library("NFTablesTesting", ["NFTables", "LinuxSystem", "NetworkTypes"]),
    library("TrafficTesting", ["NetworkTypes"]),
    library(
        "ServiceProxyTesting",
        [
            "ServiceProxy", "ServicePlan", "ClusterModel", "JSONTree", "NetworkTypes", "LinuxSystem",
            "LinuxSystemTesting", "TrafficTesting",
        ]
    ),
    library("PolicyTesting", ["ClusterModel", "JSONTree", "NetworkTypes"]),
    library("BenchRunner", ["LinuxSystem", "JSONTree"]),
    library(
        "BenchScenarios",
        [
            "BenchRunner", "ServiceProxy", "ServicePlan", "PolicyEnforcer", "PolicyPlan", "ClusterModel", "JSONTree",
            "NFTables", "IPVS", "Conntrack", "RouteNetlink", "Netlink", "LinuxSystem", "NetworkTypes",
        ]
    ),
    library(
        "PeerTesting",
        [
            "BenchRunner", "BenchScenarios", "TrafficTesting", "ControlStoreClient", "ClusterModel", "RouteNetlink",
            "NFTables", "NFTablesInspect", "IPVS", "Netlink", "LinuxSystem", "NetworkTypes", "JSONTree",
        ]
    ),
    library("PluginTesting", ["BenchRunner", "RouteNetlink", "Netlink", "LinuxSystem", "NetworkTypes", "JSONTree"]),
    library(
        "ClusterTesting",
        [
            "LinuxSystem", "RouteNetlink", "NetworkTypes", "JSONTree", "ControlStoreClient", "TrafficTesting",
        ]
    ),
]

let executables: [Target] = [
    executable("weft-cni", standalone: true, ["PodNetwork"]),
    executable("weftd", ["CommandLineEntry", "NodeDaemon", argumentParser, logging, lifecycle, unixSignals]),
    executable(
        "weft-store",
        ["CommandLineEntry", "ControlStoreServer", "ControlStore", argumentParser, logging, lifecycle, unixSignals]
    ),
    executable(
        "weft",
        [
            "CommandLineEntry", "Demo", "PodNetworkMigration", "TrafficTesting", "ServiceExplain", "ServiceProxy",
            "ServicePlan", "PolicyPlan", "PolicyEnforcer", "ControlStoreClient", "ClusterModel", "NetworkTypes",
            "JSONTree", argumentParser, unixSignals,
        ]
    ),
    executable(
        "weft-bench",
        [
            "CommandLineEntry", "BenchRunner", "BenchScenarios", "PeerTesting", "PluginTesting", "LinuxSystem",
            argumentParser,
        ]
    ),
    executable(
        "nftables-figures",
        [
            "NFTables", "Netlink", "ServicePlan", "ServiceProxy", "ClusterModel", "LinuxSystem", "LinuxSystemTesting",
            "NetworkTypes", "NFTablesInspect", "JSONTree", "CNftnl", "CMnl",
        ]
    ),
]

let testTargets: [Target] = [
    tests("NetworkTypes"),
    tests("LinuxSystem", ["LinuxSystemTesting"]),
    tests("Netlink", ["NetlinkTesting", "NetworkTypes", "LinuxSystem"]),
    tests("RouteNetlink", ["NetlinkTesting", "Netlink", "NetworkTypes"]),
    tests("NFTables", ["NFTablesTesting", "NetlinkTesting", "Netlink", "CNftnl", "CMnl", "NetworkTypes"]),
    tests("NFTablesInspect", ["NFTables", "NFTablesTesting", "Netlink", "NetworkTypes"]),
    tests("NFTablesTesting", ["NFTables", "NetworkTypes"]),
    tests("Conntrack", ["NetlinkTesting", "Netlink", "LinuxSystem", "NetworkTypes"]),
    tests("IPVS", ["NetlinkTesting", "Netlink", "LinuxSystem", "NetworkTypes"]),
    tests("JSONTree"),
    tests("ClusterModel", ["JSONTree", "NetworkTypes"]),
    tests("ServicePlan", ["ClusterModel", "JSONTree", "NetworkTypes"]),
    tests("NodePlan", ["ClusterModel", "JSONTree", "NetworkTypes"]),
    tests("PolicyPlan", ["PolicyTesting", "ClusterModel", "JSONTree", "NetworkTypes"]),
    tests(
        "PodNetwork",
        ["JSONTree", "NFTables", "NFTablesTesting", "RouteNetlink", "Netlink", "NetworkTypes", "LinuxSystem"]
    ),
    tests("PodNetworkMigration", ["NFTables", "NFTablesInspect", "LinuxSystem", "NetworkTypes"]),
    tests("PrometheusText", [metrics, coreMetrics]),
    tests("KubeProxyConfiguration", ["NetworkTypes", "ClusterTesting"]),
    tests(
        "ServiceProxy",
        [
            "ServicePlan", "ServiceProxyTesting", "NFTables", "NFTablesInspect", "NFTablesTesting", "Conntrack",
            "ClusterModel", "JSONTree", "NetworkTypes", logging, coreMetrics,
        ]
    ),
    tests(
        "PolicyEnforcer",
        [
            "PolicyPlan", "PolicyTesting", "NFTables", "NFTablesTesting", "Conntrack", "ClusterModel", "JSONTree",
            "NetworkTypes", logging, coreMetrics,
        ]
    ),
    tests("ServiceExplain", ["ServiceProxy", "ServicePlan", "ClusterModel", "JSONTree", "NetworkTypes"]),
    tests("NodeNetwork", ["NodePlan", "RouteNetlink", "LinuxSystem", "ClusterModel", "JSONTree", "NetworkTypes"]),
    tests("ControlStore", ["ClusterModel", "JSONTree", "NetworkTypes", grdb]),
    tests(
        "ControlStoreServer",
        [
            "ControlStore", "ClusterModel", "JSONTree", hummingbird,
            .product(name: "HummingbirdTesting", package: "hummingbird"), nioCore,
        ]
    ),
    tests("ControlStoreClient", ["ClusterModel", "JSONTree", nioCore, nioPosix, nioHTTP1, nioSSL, logging]),
    tests(
        "NodeDaemon",
        [
            "KubeProxyConfiguration", "ServiceProxy", "ServicePlan", "PolicyEnforcer", "ControlStoreClient",
            "PrometheusText", "ClusterModel", "JSONTree", "NetworkTypes", logging, coreMetrics, asyncHTTPClient,
            nioCore, nioHTTP1,
        ]
    ),
    tests("TrafficTesting", ["NetworkTypes"]),
    tests("BenchRunner", ["JSONTree"]),
    tests(
        "BenchScenarios",
        [
            "BenchRunner", "ServiceProxy", "ServicePlan", "ClusterModel", "JSONTree", "NFTables", "RouteNetlink",
            "Netlink", "NetworkTypes",
        ]
    ),
    tests("ClusterTesting", ["NetworkTypes", "JSONTree"]),
    tests("Demo", ["JSONTree", "ClusterTesting"]),
    // Everything that needs network namespaces and root.
    tests(
        "Kernel",
        [
            "LinuxSystem", "LinuxSystemTesting", "Netlink", "RouteNetlink", "NFTables", "NFTablesTesting", "IPVS",
            "NFTablesInspect", "Conntrack", "NetworkTypes", "JSONTree", "PodNetwork", "TrafficTesting", "ClusterModel",
            "ServicePlan", "ServiceProxy", "ServiceProxyTesting", "PolicyPlan", "PolicyEnforcer", "PolicyTesting",
            "NodePlan", "NodeNetwork", "BenchRunner", "BenchScenarios", "PluginTesting", "PodNetworkMigration",
            logging, coreMetrics,
        ]
    ),
    // What only the virtual machine's kernel can do (scripts/vm), beside the tests above, which run there too.
    tests(
        "VirtualMachine",
        [
            "IPVS", "LinuxSystem", "LinuxSystemTesting", "RouteNetlink", "Netlink", "NetworkTypes", "ServiceProxy",
            "ServiceProxyTesting", "ServicePlan", "ClusterModel", "JSONTree", "TrafficTesting",
        ]
    ),
    // The programs as a user runs them, in network namespaces.
    tests(
        "Program",
        [
            "LinuxSystem", "LinuxSystemTesting", "NFTablesInspect", "NetworkTypes", "JSONTree", "ClusterTesting",
            "TrafficTesting", "BenchRunner", "BenchScenarios", "PeerTesting", "ControlStoreClient", "PolicyEnforcer",
        ]
    ),
]

let packages: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
]

let everything = systemLibraries + kernelHalf + plans + controlHalf + testKits + executables + testTargets

/// What is built: everything, or with `WEFT_ONLY="NFTables Netlink"` these modules, their tests and what they need,
/// for a quick turn while working on one.
@MainActor func selectedTargets() -> [Target] {
    guard let only = Context.environment["WEFT_ONLY"]?.split(separator: " ").map(String.init) else { return everything }
    var wanted = Set(only + only.map { $0 + "Tests" })
    var grows = true
    while grows {
        let before = wanted.count
        for target in everything where wanted.contains(target.name) { wanted.formUnion(neededTargets(of: target)) }
        grows = wanted.count > before
    }
    return everything.filter { wanted.contains($0.name) }
}

func neededTargets(of target: Target) -> [String] {
    target.dependencies.compactMap { dependency in
        if case .byNameItem(let name, _) = dependency { name } else { nil }
    }
}

@MainActor func neededPackages(of targets: [Target]) -> [Package.Dependency] {
    let named = Set(
        targets.flatMap(\.dependencies).compactMap { dependency -> String? in
            if case .productItem(_, let package, _, _) = dependency { package?.lowercased() } else { nil }
        }
    )
    return packages.filter { package in
        guard case .sourceControl(_, let location, _) = package.kind else { return true }
        return named.contains(location.split(separator: "/").last.map { $0.lowercased() } ?? "")
    }
}

let selected = selectedTargets()

let package = Package(
    name: "weft",
    dependencies: neededPackages(of: selected),
    targets: selected
)
