import Glibc
import LinuxSystemTesting
import NetworkTypes
import ServicePlan
import ServiceProxy
import ServiceProxyTesting
import Testing
import TrafficTesting

/// The whole contract with real packets: every row of the table of expectations is a Service, and every frontend is
/// asked from every position in each protocol, all at once.
@Suite(
    .serialized,
    .enabled(if: KernelFeature.nft.isAvailable && KernelFeature.veth.isAvailable),
    .disabled(if: KernelFeature.virtualMachine.isAvailable, "an emulated processor takes too long for it")
)
struct ServiceProxyContractTests {
    private typealias Table = ExpectationTable

    /// One question.
    private struct Question {
        var row: Table.Row
        var kind: Frontend.Kind
        var client: ClientPosition
        var transport: InternetSocket.Transport
    }

    @Test(arguments: ServiceProxyMode.allCases.filter { $0 != .ipvs }, IPFamily.allCases)
    func packetsFindEveryRowOfTheContract(mode: ServiceProxyMode, family: IPFamily) throws {
        allowManyDescriptors()
        let transports = InternetSocket.Transport.allCases.filter { $0 != .sctp || KernelFeature.sctp.isAvailable }
        // The fifth pod only asks.
        try ServiceProxyNetwork.with(pods: 5, transports: transports) { network in
            let backend = try network.node.run { try mode.backend(family) }
            for detection in Table.Detection.allCases {
                let planner = Table.planner(Table.rows, family, detection)
                #expect(planner.problems.isEmpty)
                try network.node.run {
                    _ = try backend.replaceAll(with: planner.specs(family), node: planner.node)
                    try Witness.run("conntrack", "-F")
                }
                let (questions, crowd) = try ask(network, family, transports)
                // A second until a refused connection notices, as long again for what may be late.
                let outcomes = crowd.outcomes(within: 2000)
                var wrong: [String] = []
                for (question, outcome) in zip(questions, outcomes) {
                    let expected = Table.expected(question.row, question.kind, from: question.client, detection)
                    guard !agrees(outcome, expected, question.client, family) else { continue }
                    wrong.append(
                        """
                        \(question.row), \(question.kind.name) from \(question.client) by \(question.transport): \
                        \(expected) expected, seen \(outcome)
                        """
                    )
                }
                #expect(questions.count == Table.rows.count * 4 * 3 * transports.count)
                #expect(wrong.isEmpty, "\(detection): \(wrong.count) wrong, such as \(wrong.prefix(5))")
            }
        }
    }

    private func ask(
        _ network: ServiceProxyNetwork,
        _ family: IPFamily,
        _ transports: [InternetSocket.Transport]
    ) throws -> ([Question], ProbeCrowd) {
        let crowd = ProbeCrowd()
        var questions: [Question] = []
        let clients: [(ClientPosition, TestNamespace)] = [
            (.localPod, network.pods[4]), (.node, network.node), (.outside, network.client),
        ]
        let node = try #require(IPAddress(ServiceProxyNetwork.nodeAddress(family)))
        for (client, namespace) in clients {
            try namespace.run {
                for (number, row) in Table.rows.enumerated() {
                    for kind in Frontend.Kind.allCases {
                        let address = Table.address(kind, family, number)
                        let port = address == nil ? Table.nodePort(number) : 80
                        for transport in transports {
                            questions.append(Question(row: row, kind: kind, client: client, transport: transport))
                            crowd.ask(Probe(transport, IPEndpoint(address: address ?? node, port: port)))
                        }
                    }
                }
            }
        }
        return (questions, crowd)
    }

    private func agrees(
        _ outcome: Result<Probe.Answer, TrafficError>,
        _ expected: Table.Expected,
        _ client: ClientPosition,
        _ family: IPFamily
    ) -> Bool {
        switch (outcome, expected) {
        case (.failure(let error), .reject): return error.code == .refused
        case (.failure(let error), .drop): return error.code == .timeout
        case (.success(let answer), .reach(let pods, let isMasqueraded)):
            // Addresses begin at 2.
            guard pods.contains(where: { answer.server == ServiceProxyNetwork.podName($0 - 1) }) else { return false }
            let own: String
            switch client {
            case .localPod: own = ServiceProxyNetwork.podAddress(5, family)
            case .outside: own = ServiceProxyNetwork.clientAddress(family)
            case .node:
                // Masqueraded or not, the node's one address of IPv6 is its source.
                if family == .ipv6 { return true }
                own = ServiceProxyNetwork.nodeAddress(family)
            }
            return (answer.clientSeen.address.description == own) != isMasqueraded
        default: return false
        }
    }

    /// All questions and all answers have a socket each in this process.
    private func allowManyDescriptors() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 16384))
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
