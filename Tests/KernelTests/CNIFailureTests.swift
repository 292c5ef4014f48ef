import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import Testing

/// What a failed ADD leaves: nothing.
@Suite(.enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable))
struct CNIFailureTests {
    /// Everything that an ADD could leave behind.
    private struct Traces: Equatable {
        var hostLinks: [String]
        var hostNeighbors: [String]
        var podLinks: [String]
        var podRoutes: [String]
        var reserved: [String]
        var records: [String]

        init(_ runtime: CNIRuntime, _ pod: TestNamespace) throws {
            // The bridge is everybody's: it may stay.
            hostLinks = try runtime.host.linkNames().filter { $0 != "cni0" }
            // Link-local ones come by themselves, sooner or later.
            hostNeighbors = try runtime.host.ip("neigh", "show").compactMap { $0["dst"]?.stringValue }
                .filter { !$0.hasPrefix("fe80:") }.sorted()
            podLinks = try pod.linkNames()
            podRoutes = try pod.routes()
            reserved = try runtime.reserved()
            let folder = "\(runtime.directory)/.weft/weft"
            records = File.exists(folder) ? try File.entries(ofDirectory: folder).filter { $0 != "boot" } : []
        }
    }

    /// One fault, how to bring it about, and what the plugin says.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var code: Int
        var text: String
        var members: JSONObject = [:]
        var ipam: JSONObject = [:]
        var prepare: @Sendable (_ host: TestNamespace, _ pod: TestNamespace) throws -> Void = { _, _ in }
    }

    static let faults: [Fault] = [
        Fault(
            testDescription: "the container has the interface",
            code: 103,
            text: "the container has an interface eth0 already",
            prepare: { _, pod in try pod.witness("ip", "link", "add", "eth0", "type", "bridge") }
        ),
        Fault(
            testDescription: "a route's gateway is unreachable",
            code: 100,
            text: "add route 192.0.2.0/24 via 198.51.100.1",
            ipam: ["routes": [["dst": "192.0.2.0/24", "gw": "198.51.100.1"]]]
        ),
        Fault(
            testDescription: "an IPv6 route's gateway is unreachable",
            code: 100,
            text: "add route 2001:db8::/32 via 2001:db9::1",
            ipam: ["routes": [["dst": "2001:db8::/32", "gw": "2001:db9::1"]]]
        ),
        Fault(
            testDescription: "a route is there twice",
            code: 103,
            text: "add route 192.0.2.0/24 via 10.244.1.1",
            ipam: ["routes": [["dst": "192.0.2.0/24"], ["dst": "192.0.2.0/24"]]]
        ),
        Fault(
            testDescription: "the second pool is exhausted",
            code: 101,
            text: "no IP addresses available in range set: 10.9.0.1-10.9.0.1",
            ipam: ["ranges": [[["subnet": "10.244.1.0/24"]], [["subnet": "10.9.0.0/24", "rangeEnd": "10.9.0.1"]]]]
        ),
        Fault(
            testDescription: "the bridge's name belongs to another link",
            code: 103,
            text: "cni0 is a link of another kind (veth)",
            prepare: { host, _ in
                try host.witness("ip", "link", "add", "cni0", "type", "veth", "peer", "name", "other")
            }
        ),
        Fault(
            testDescription: "the bridge has another address",
            code: 103,
            text: "it already has an IP address different from 10.244.1.1/24: 10.1.1.1/24",
            prepare: { host, _ in
                try host.witness("ip", "link", "add", "cni0", "type", "bridge")
                try host.witness("ip", "address", "add", "10.1.1.1/24", "dev", "cni0")
            }
        ),
        Fault(
            testDescription: "the bridge has an overlapping IPv6 address",
            code: 103,
            text: "it already has an IP address different from fd00:1::1/64: fd00:1::9/48",
            prepare: { host, _ in
                try host.witness("ip", "link", "add", "cni0", "type", "bridge")
                try host.witness("ip", "address", "add", "fd00:1::9/48", "dev", "cni0", "nodad")
            }
        ),
        Fault(
            testDescription: "the MTU is too small for IPv6",
            code: 7,
            text: "invalid mtu: 1000 is too small for IPv6",
            members: ["mtu": 1000]
        ),
        Fault(
            testDescription: "IPv6 is disabled on the host",
            code: 100,
            text: "set address fd00:1::1/64",
            prepare: { host, _ in try host.run { try Sysctl.write("net.ipv6.conf.all.disable_ipv6", "1") } }
        ),
        Fault(
            testDescription: "the configuration is not supported",
            code: 2,
            text: "unsupported value of interfaceType: \"tun\"",
            members: ["interfaceType": "tun"]
        ),
        Fault(
            testDescription: "the requested address is the gateway",
            code: 101,
            text: "it is the gateway of 10.244.1.0/24",
            members: ["runtimeConfig": ["ips": ["10.244.1.1"]]]
        ),
        Fault(
            testDescription: "prevResult is malformed",
            code: 7,
            text: "invalid prevResult.ips[0].address",
            members: ["prevResult": ["ips": [["address": "x"]]]]
        ),
    ]

    @Test(arguments: faults)
    func leavesNothing(_ fault: Fault) throws {
        try withRuntime(pods: 1) { runtime, pods in
            try fault.prepare(runtime.host, pods[0])
            var configuration = runtime.configuration(fault.members)
            for (key, value) in fault.ipam { configuration["ipam"]?[key] = value }
            let before = try Traces(runtime, pods[0])
            let answer = try runtime.call("ADD", "c1", pods[0].path, configuration)
            #expect(answer.exit == .exited(1))
            #expect(answer.code == fault.code)
            #expect(answer.error.contains(fault.text), "\(answer.error)")
            #expect(answer.document?["cniVersion"] == "1.1.0")
            #expect(try Traces(runtime, pods[0]) == before)
            // The runtime calls DEL all the same.
            try runtime.delete("c1", namespace: "", configuration)
            #expect(try Traces(runtime, pods[0]) == before)
        }
    }

    @Test func aSecondAddHarmsTheFirstInNothing() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let configuration = runtime.configuration()
            _ = try runtime.add("c1", to: pods[0], configuration)
            let before = try Traces(runtime, pods[0])
            for pod in pods {
                let answer = try runtime.call("ADD", "c1", pod.path, configuration)
                #expect(answer.code == 101)
                let after = try Traces(runtime, pods[0])
                #expect(after == before)
            }
            // The same without a record, as when the store was emptied by hand.
            try File.removeTree(runtime.directory)
            try File.createDirectories(runtime.directory)
            let answer = try runtime.call("ADD", "c1", pods[1].path, configuration)
            #expect(answer.code == 103)
            #expect(answer.error.contains("eth0 of container c1 in network weft is attached already"))
            #expect(try pods[0].addresses() == ["eth0 10.244.1.2/24", "eth0 fd00:1::2/64"])
            #expect(try pods[1].linkNames() == ["lo"])
            #expect(try runtime.reserved() == [])
        }
    }

    @Test func forceAddressRepairsTheBridge() throws {
        try withRuntime(pods: 1) { runtime, pods in
            try runtime.host.witness("ip", "link", "add", "cni0", "type", "bridge")
            for address in ["10.1.1.1/24", "fd00:1::9/48", "fd00:2::1/64"] {
                try runtime.host.witness("ip", "address", "add", address, "dev", "cni0", "nodad")
            }
            _ = try runtime.add("c1", to: pods[0], runtime.configuration(["forceAddress": true]))
            #expect(
                try runtime.host.addresses() == ["cni0 10.244.1.1/24", "cni0 fd00:1::1/64", "cni0 fd00:2::1/64"]
            )
        }
    }

    @Test(arguments: [
        ("/run/netns/weft-there-is-none", 3, "no network namespace at CNI_NETNS /run/netns/weft-there-is-none"),
        ("/dev/null", 8, "the file is not a network namespace"),
        ("/dev/null/x", 3, "no network namespace at CNI_NETNS"),
        ("/proc/self/ns/net", 8, "plugin's netns and netns from CNI_NETNS should not be the same"),
        ("/proc/self/ns/mnt", 8, "the file is not a network namespace"),
    ])
    func namespaceIsCheckedBeforeAnythingIsDone(_ path: String, _ code: Int, _ text: String) throws {
        try withRuntime(pods: 0) { runtime, _ in
            let answer = try runtime.call("ADD", "c1", path, runtime.configuration())
            #expect(answer.code == code)
            #expect(answer.error.contains(text), "\(answer.error)")
            #expect(try runtime.host.linkNames() == ["lo"])
            #expect(try runtime.reserved() == [])
            // To DEL, a namespace that is gone is as good as an empty path.
            let deletion = try runtime.call("DEL", "c1", path, runtime.configuration())
            #expect(deletion.code == (code == 3 ? nil : code))
        }
    }

    @Test func ownNamespaceIsAllowedOnDemand() throws {
        try withRuntime(pods: 0) { runtime, _ in
            let answer = try runtime.call(
                "ADD",
                "c1",
                "/proc/self/ns/net",
                runtime.configuration(["isDefaultGateway": false]),
                environment: ["CNI_NETNS_OVERRIDE": "TRUE"]
            )
            #expect(answer.exit == .exited(0), "\(answer.text)")
            #expect(try runtime.host.linkNames().contains("eth0"))
            try runtime.delete("c1", runtime.configuration())
            #expect(try runtime.host.linkNames() == ["cni0", "lo"])
        }
    }
}
