import Glibc
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import RouteNetlink
import Synchronization
import Testing

/// Many containers come and go at once, while others ask the kernel for all its links and addresses.
///
/// `WEFT_SOAK_PODS` and `WEFT_SOAK_ROUNDS` make it longer (`make soak-cni`: 200 containers, 20 times).
@Suite(
    .enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.nft.isAvailable)
)
struct CNIStormTests {
    private static func number(_ variable: String, _ standard: Int) -> Int {
        guard let text = unsafe getenv(variable) else { return standard }
        return Int(unsafe String(cString: text)) ?? standard
    }

    /// Dumps links, addresses and neighbours of a namespace, until told to stop.
    private func dumpStorm(in namespace: TestNamespace, until flag: CNIFlag) throws -> DedicatedThread {
        try DedicatedThread.start(name: "dumps") {
            try? namespace.run {
                var connection = try RouteConnection.open()
                while !flag.isSet {
                    // Interrupted ones count as well: that is what they are for.
                    _ = try? connection.links()
                    _ = try? connection.addresses()
                }
            }
        }
    }

    @Test func nothingIsTwiceAndNothingIsLeft() throws {
        let (count, rounds) = (Self.number("WEFT_SOAK_PODS", 48), Self.number("WEFT_SOAK_ROUNDS", 2))
        try withRuntime(pods: count) { runtime, pods in
            let network = runtime.configuration(
                [
                    "ipMasq": true, "macspoofchk": true, "firewall": [:],
                    "runtimeConfig": ["portMappings": []],
                ],
                ranges: [[["subnet": "10.244.0.0/16"]], [["subnet": "fd00:1::/64"]]]
            )
            let flag = CNIFlag()
            let storm = try dumpStorm(in: runtime.host, until: flag)
            defer {
                flag.set()
                storm.join()
            }
            for round in 0..<rounds {
                let addresses = Mutex<[IPPrefix]>([])
                try ParallelWork(count: count) { index in
                    var own = network
                    let ports: JSONValue = [["hostPort": JSONValue(10_000 + index), "containerPort": 80]]
                    own["runtimeConfig"] = ["portMappings": ports]
                    let answer = try runtime.add("r\(round)-\(index)", to: pods[index], own)
                    addresses.withLock { $0 += answer.addresses }
                }.run()
                let assigned = addresses.withLock { $0 }
                #expect(assigned.count == 2 * count)
                #expect(Set(assigned).count == 2 * count)
                try ParallelWork(count: count) { index in
                    let namespace = index % 2 == 0 ? "" : pods[index].path
                    try runtime.delete("r\(round)-\(index)", namespace: namespace, network)
                }.run()
                #expect(try runtime.reserved() == [])
                #expect(try runtime.host.linkNames() == ["cni0", "lo"])
                #expect(try File.entries(ofDirectory: "\(runtime.directory)/.weft/weft") == ["boot"])
                let tables = try Witness.run("nft", ["list", "tables"], in: runtime.host.namespace)
                #expect(!tables.contains("weft"), "\(tables)")
            }
            for pod in pods { #expect(try pod.linkNames() == ["lo"]) }
        }
    }
}
