import IPVS
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import ServiceProxyTesting
import Testing
import TrafficTesting

@testable import ServiceProxy

/// Which connections of connection tracking keep a virtual server, told without one: a connection straight to a pod stands
/// for one that IPVS leads, as neither has a destination that rules translated.
@Suite(
    .enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable && KernelFeature.conntrack.isAvailable)
)
struct LedFlowsTests {
    @Test(arguments: IPFamily.allCases, [true, false])
    func connectionsFromBeforeTheRulesKeepTheirVirtualServer(family: IPFamily, mayBeTranslated: Bool) throws {
        try ServiceProxyNetwork.with { network in
            var objects = try network.node.run { try ServiceProxyObjects(family) }
            objects.addService("web", 1)
            objects.setEndpoints("web", [1])
            try network.node.run { _ = try objects.start() }
            let pods = try [1, 2].map { try endpoint(ServiceProxyNetwork.podAddress($0, family), 8080) }
            let service = try endpoint(ServiceProxyObjects.clusterIP(1, family), 80)
            func connect(_ target: IPEndpoint) throws -> InternetSocket {
                try network.client.run {
                    let socket = try InternetSocket(.tcp, family: family)
                    try socket.connect(to: target, timeout: Patience.milliseconds(2000))
                    return socket
                }
            }
            let straight = VirtualServerID(.tcp, pods[1].address, pods[1].port)
            let behindRules = VirtualServerID(.tcp, service.address, 8443)
            let elsewhere = IPEndpoint(address: pods[1].address, port: 9999)
            let servers: [VirtualServerID: Set<IPEndpoint>] = [
                straight: [elsewhere], behindRules: [pods[0]],
                VirtualServerID(.tcp, service.address, 8444): [elsewhere],
                VirtualServerID(.udp, pods[1].address, pods[1].port): [pods[0]],
            ]
            var flows = LedFlows(mayBeTranslated: mayBeTranslated)
            let rest: Set = mayBeTranslated ? [behindRules] : []
            func needed() throws -> Set<VirtualServerID> {
                try network.node.run { try flows.needed(among: Array(servers.keys)) { servers[$0] ?? [] } }
            }

            var open = ["early": try connect(pods[1]), "translated": try connect(service)]
            #expect(try needed() == Set(servers.keys))
            #expect(try needed() == rest.union([straight]))
            open["late"] = try connect(pods[1])
            open["late and translated"] = try connect(service)
            #expect(try needed() == rest.union([straight]))
            open["early"] = nil
            try eventually("\(straight) is idle") { try needed() == rest }
            open["translated"] = nil
            try eventually("\(behindRules) is idle") { try needed().isEmpty }
            for socket in open.values { try socket.send(Array("who?\n".utf8)) }
        }
    }

    /// IPVS' word counts where it says that there is nothing.
    @Test func withoutConnectionsOfIPVSNothingIsNeeded() throws {
        try ServiceProxyNetwork.with { network in
            let pod = try endpoint(ServiceProxyNetwork.podAddress(1, .ipv4), 8080)
            let server = VirtualServerID(.tcp, pod.address, pod.port)
            var flows = LedFlows(mayBeTranslated: true)
            try network.node.run {
                try #expect(flows.needed(among: [server]) { _ in [] } == [server])
                try #expect(flows.needed(among: [server]) { _ in [] }.isEmpty)
            }
        }
    }

    private func endpoint(_ address: String, _ port: Port) throws -> IPEndpoint {
        IPEndpoint(address: try #require(IPAddress(address)), port: port)
    }

    private func eventually(_ what: String, _ condition: () throws -> Bool) throws {
        let deadline = Deadline.after(.seconds(10))
        while try !condition(), !deadline.hasPassed {}
        try #expect(condition(), "\(what)")
    }
}
