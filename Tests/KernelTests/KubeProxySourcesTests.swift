import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// The node's own connections come from the addresses of kube-ipvs0 while that link is there, and are not to end with it.
///
/// A bridge has the name here, as every kernel has one, and another mode's rules serve already.
@Suite(
    .enabled(
        if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.conntrack.isAvailable
            && KernelFeature.bridge.isAvailable
    )
)
struct KubeProxySourcesTests {
    private static let link = "kube-ipvs0"

    @Test(arguments: IPFamily.allCases)
    func theLinkStaysUntilConnectionsFromItsAddressesEnd(family: IPFamily) throws {
        try ServiceProxyNetwork.with { network in
            let address = try #require(IPAddress(ServiceProxyObjects.clusterIP(1, family)))
            let service = IPEndpoint(address: address, port: 80)
            try carry(address, network.node)
            try serve(family, network.node)
            var open = ["early": try connect(to: service, network.node)]
            #expect(try sources(service, network.node) == ["\(address)"])

            var remains = KubeProxyRemains(besides: "nftables")
            func remove() throws -> KubeProxyRemains.Removal { try network.node.run { remains.remove() } }
            for _ in 1...2 {
                let removal = try remove()
                #expect(removal.busy == ["\(address) of link \(Self.link)"])
                #expect(removal.removed.isEmpty && removal.failures.isEmpty, "\(removal)")
            }
            if family == .ipv4 {
                // What comes later comes from the node's address, and outlives the link.
                open["late"] = try connect(to: service, network.node)
                #expect(try sources(service, network.node).count { $0 != "\(address)" } == 1)
            }
            try open.values.forEach { try ask($0) }
            open["early"] = nil
            let deadline = Deadline.after(.seconds(30))
            var removal = try remove()
            while !removal.busy.isEmpty, !deadline.hasPassed { removal = try remove() }
            #expect(removal.removed == ["link \(Self.link)"] && removal.busy.isEmpty, "\(removal)")
            try open.values.forEach { try ask($0) }
            #expect(try network.ask(from: network.node, service).map(\.server) == ["pod1"])
        }
    }

    private func carry(_ address: IPAddress, _ node: TestNamespace) throws {
        try node.witness("ip", "link", "add", Self.link, "type", "bridge")
        let flags = address.family == .ipv6 ? ["nodad"] : []
        let command = ["address", "add", "\(address)/\(address.family.bitWidth)", "dev", Self.link] + flags
        try Witness.run("ip", command, in: node.namespace)
        let deadline = Deadline.after(.seconds(30))
        while try !node.witness("ip", "route", "get", "\(address)").contains("local"), !deadline.hasPassed {}
    }

    private func serve(_ family: IPFamily, _ node: TestNamespace) throws {
        var objects = try node.run { try ServiceProxyObjects(family) }
        objects.addService("web", 1)
        objects.setEndpoints("web", [1])
        try node.run { _ = try objects.start() }
    }

    private func connect(to service: IPEndpoint, _ node: TestNamespace) throws -> InternetSocket {
        let socket = try node.run {
            let socket = try InternetSocket(.tcp, family: service.address.family)
            try socket.connect(to: service, timeout: Patience.milliseconds(2000))
            return socket
        }
        try ask(socket)
        return socket
    }

    private func ask(_ socket: InternetSocket) throws {
        try socket.send(Array("who?\n".utf8))
        let answer = String(decoding: try socket.receive(timeout: Patience.milliseconds(2000)), as: UTF8.self)
        #expect(answer.hasPrefix("pod1 "))
    }

    /// Where the connections to a Service come from, as the kernel's list of sockets has them.
    private func sources(_ service: IPEndpoint, _ node: TestNamespace) throws -> [String] {
        let lines = try node.witness("ss", "-Htn", "state", "established", "dst", "\(service)").split(separator: "\n")
        return lines.compactMap { line in
            line.split(separator: " ").dropFirst(2).first.flatMap { IPEndpoint(String($0))?.address.description }
        }
    }
}
