public import BenchRunner
import Glibc
import LinuxSystem
import NetworkTypes

/// What a container runtime waits for its network plugin, from starting it to its end, beside the kernel's own work.
///
/// Each variant has a host of its own, in a namespace, with as many containers on its bridge and as many reservations.
public final class PluginScenario: BenchScenario {
    /// `cni`.
    public let name = "cni"
    /// What it asks.
    public let question = "How long from a plugin's start to its end, for ADD and DEL on a bridge?"
    /// Containers on the bridge, and reservations of others.
    public let parameters: [BenchParameter]
    /// The kernel alone, and each program without and with ipMasq.
    public let variants: [BenchVariant]
    /// The kernel's own work, in this process.
    public let baseline = "kernel"
    /// By the containers that are attached before, most of which is the setting up.
    public let expectedWork: Double

    private let programs: [String: PluginProgram]
    private let pods: Int
    private let reservations: Int
    private var hosts: [String: PluginHost] = [:]
    private var bare: BareHost?
    private var isSettled = false
    private static let masqueradePart = "ipMasq"
    /// How many single calls a round makes, and how many run at once.
    private static let (calls, together) = (10, 8)

    /// A scenario of one size.
    ///
    /// - Parameters:
    ///   - programs: what is compared.
    ///   - pods: how many containers are on the bridge before.
    ///   - reservations: how many addresses others have reserved.
    public init(_ programs: [PluginProgram], pods: Int, reservations: Int) {
        self.pods = pods
        self.reservations = reservations
        self.programs = Dictionary(programs.map { ($0.name, $0) }) { first, _ in first }
        parameters = [BenchParameter("pods", pods), BenchParameter("reservations", reservations)]
        variants =
            [BenchVariant("kernel")]
            + programs.flatMap { program in
                ["bridge", Self.masqueradePart].map {
                    BenchVariant("\(program.name) \($0)", column: program.name, part: $0)
                }
            }
        expectedWork = Double(pods * 20 + 2000) * Double(programs.count)
    }

    /// Makes the variant's host, with its containers and reservations.
    public func setUp(_ variant: BenchVariant) throws {
        guard let program = programs[variant.column] else {
            let host = try BareHost()
            bare = host
            return try host.fill(pods)
        }
        let host = try PluginHost(program, masquerades: variant.part == Self.masqueradePart)
        hosts[variant.name] = host
        try host.reserve(reservations)
        try host.fill(pods)
        // The first call makes the bridge and what is shared.
        let pod = try NetworkNamespace.anonymous()
        let id = host.newID()
        _ = try host.call("ADD", id, pod)
        _ = try host.call("DEL", id, pod)
    }

    /// Attaches and removes containers, one at a time and several at once.
    ///
    /// The kernel takes a container's namespace apart when nobody holds it any more, in a worker and under the lock that
    /// all requests need: no part of any attachment. A round's namespaces are made before it, and their end is waited for.
    public func measure(_ variant: BenchVariant, round: Int) throws -> [BenchMeasurement] {
        settle()
        defer { usleep(200_000) }
        if let host = hosts[variant.name] { return try measure(host) }
        guard let bare else { return [] }
        return try measure(bare)
    }

    /// Each container that was made for the scenario looks for IPv6 routers, three times in twelve seconds, on every port
    /// of its bridge.
    private func settle() {
        if !isSettled, pods > 100 { sleep(15) }
        isSettled = true
    }

    /// Lets the namespaces go.
    public func tearDown() {
        hosts = [:]
        bare = nil
    }

    private func measure(_ host: PluginHost) throws -> [BenchMeasurement] {
        let containers = try (0..<Self.calls + Self.together).map { _ in
            (id: host.newID(), pod: try NetworkNamespace.anonymous())
        }
        return try withExtendedLifetime(containers) {
            var (adds, deletes) = ([Double](), [Double]())
            for (id, pod) in containers.prefix(Self.calls) {
                adds.append(try host.call("ADD", id, pod))
                deletes.append(try host.call("DEL", id, pod))
            }
            let crowd = Array(containers.suffix(Self.together))
            let addsTogether = try host.callTogether("ADD", crowd)
            let deletesTogether = try host.callTogether("DEL", crowd)
            return Self.measurements(adds, deletes, addsTogether, deletesTogether)
        }
    }

    private func measure(_ host: BareHost) throws -> [BenchMeasurement] {
        let attachments = try (0..<Self.calls + Self.together).map { _ in try host.attachment() }
        return try withExtendedLifetime(attachments) {
            var (adds, deletes) = ([Double](), [Double]())
            var (add, delete) = (0.0, 0.0)
            for attachment in attachments.prefix(Self.calls) {
                try BenchClock.time(&add) { try attachment.add() }
                try BenchClock.time(&delete) { try attachment.delete() }
                adds.append(add)
                deletes.append(delete)
            }
            let crowd = Array(attachments.suffix(Self.together))
            try BenchClock.time(&add) { try host.together(crowd) { try $0.add() } }
            try BenchClock.time(&delete) { try host.together(crowd) { try $0.delete() } }
            return Self.measurements(adds, deletes, add, delete)
        }
    }

    private static func measurements(
        _ adds: [Double],
        _ deletes: [Double],
        _ addsTogether: Double,
        _ deletesTogether: Double
    ) -> [BenchMeasurement] {
        [
            BenchMeasurement("ADD", adds), BenchMeasurement("DEL", deletes),
            BenchMeasurement("\(together) ADDs at once", [addsTogether]),
            BenchMeasurement("\(together) DELs at once", [deletesTogether]),
        ]
    }
}
