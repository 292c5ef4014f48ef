import JSONTree
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

@Suite(
    .enabled(if: KernelFeature.bridge.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.nft.isAvailable)
)
struct CNIMasqueradeTests {
    /// Connects the host to a namespace outside of the network, which knows no way back to containers.
    private func connect(_ host: TestNamespace, _ outside: TestNamespace) throws {
        try host.addVeth("uplink", to: outside, as: "uplink")
        for (namespace, last) in [(host, 1), (outside, 2)] {
            try namespace.witness("ip", "address", "add", "192.0.2.\(last)/24", "dev", "uplink")
            try namespace.witness("ip", "address", "add", "2001:db8::\(last)/64", "dev", "uplink", "nodad")
            try namespace.witness("ip", "link", "set", "uplink", "up")
        }
    }

    private func tables(_ host: TestNamespace) throws -> String { try host.witness("nft", "list", "ruleset") }

    @Test(arguments: IPFamily.allCases)
    func outsideSeesTheHostAndContainersSeeEachOther(_ family: IPFamily) throws {
        try withRuntime(pods: 3) { runtime, namespaces in
            let (outside, pods) = (namespaces[0], namespaces.dropFirst())
            try connect(runtime.host, outside)
            let configuration = runtime.configuration(["ipMasq": true])
            var addresses: [IPAddress] = []
            for (index, pod) in pods.enumerated() {
                let answer = try runtime.add("c\(index)", to: pod, configuration)
                addresses.append(try #require(answer.addresses.first { $0.family == family }?.address))
            }
            let outsideAddress = try #require(IPAddress(family == .ipv4 ? "192.0.2.2" : "2001:db8::2"))
            let hostAddress = try #require(IPAddress(family == .ipv4 ? "192.0.2.1" : "2001:db8::1"))
            for (server, target, seen) in [
                (outside, outsideAddress, hostAddress), (pods[2], addresses[1], addresses[0]),
            ] {
                try withServer(named: "server", in: server, families: IPFamily.allCases) {
                    let probe = Probe(.tcp, IPEndpoint(address: target, port: Port(rawValue: 8080)), timeout: 5000)
                    let answer = try pods[1].run { try probe.ask() }
                    #expect(answer.clientSeen.address == seen)
                }
            }
        }
    }

    @Test func rulesAreTheNetworksAndGoWithItsLastContainer() throws {
        try withRuntime(pods: 3) { runtime, pods in
            let configuration = runtime.configuration(["ipMasq": true])
            for (index, pod) in pods.enumerated() { _ = try runtime.add("c\(index)", to: pod, configuration) }
            #expect(
                try tables(runtime.host) == """
                    table ip weft-cni-weft {
                    \tcomment "weft-cni masquerade 1"
                    \tset subnets {
                    \t\ttype ipv4_addr
                    \t\tflags interval
                    \t\telements = { 10.244.1.0/24 }
                    \t}

                    \tchain postrouting {
                    \t\ttype nat hook postrouting priority srcnat; policy accept;
                    \t\tip saddr @subnets ip daddr != @subnets ip daddr != 224.0.0.0/4 masquerade fully-random
                    \t}
                    }
                    table ip6 weft-cni-weft {
                    \tcomment "weft-cni masquerade 1"
                    \tset subnets {
                    \t\ttype ipv6_addr
                    \t\tflags interval
                    \t\telements = { fd00:1::/64 }
                    \t}

                    \tchain postrouting {
                    \t\ttype nat hook postrouting priority srcnat; policy accept;
                    \t\tip6 saddr @subnets ip6 daddr != @subnets ip6 daddr != ff00::/8 masquerade fully-random
                    \t}
                    }

                    """
            )
            for index in pods.indices.dropLast() { try runtime.delete("c\(index)", configuration) }
            #expect(try tables(runtime.host).contains("10.244.1.0/24"))
            try runtime.delete("c2", configuration)
            #expect(try tables(runtime.host) == "")
            try runtime.delete("c2", configuration)
        }
    }

    @Test func changedSubnetsTakeThePlaceOfThoseTheyOverlap() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let narrow = runtime.configuration(["ipMasq": true], ranges: [[["subnet": "10.244.1.0/24"]]])
            let wide = runtime.configuration(
                ["ipMasq": true, "forceAddress": true],
                ranges: [[["subnet": "10.244.0.0/16"]]]
            )
            _ = try runtime.add("c0", to: pods[0], narrow)
            _ = try runtime.add("c1", to: pods[1], wide)
            #expect(try tables(runtime.host).contains("elements = { 10.244.0.0/16 }"))
        }
    }

    @Test func rulesComeBackAfterAForeignFlush() throws {
        try withRuntime(pods: 2) { runtime, pods in
            let configuration = runtime.configuration(["ipMasq": true])
            let result = try #require(try runtime.add("c0", to: pods[0], configuration).document)
            let before = try tables(runtime.host)
            try runtime.host.witness("nft", "flush", "ruleset")
            let check = try runtime.call(
                "CHECK",
                "c0",
                pods[0].path,
                runtime.configuration(["ipMasq": true, "prevResult": result])
            )
            #expect(
                check.error
                    == "eth0 of container c0 in network weft is not as ADD left it: "
                    + "the masquerade rules for IPv4 are gone; the masquerade rules for IPv6 are gone"
            )
            _ = try runtime.add("c1", to: pods[1], configuration)
            #expect(try tables(runtime.host) == before)
        }
    }

    @Test func manyAtOnceMakeOneRule() throws {
        try withRuntime(pods: 8) { runtime, pods in
            let configuration = runtime.configuration(["ipMasq": true])
            let work = ParallelWork(count: pods.count) { index in
                _ = try runtime.add("c\(index)", to: pods[index], configuration)
            }
            try work.run()
            #expect(
                try tables(runtime.host).split(separator: "\n").count { $0.contains("masquerade fully-random") } == 2
            )
        }
    }
}
