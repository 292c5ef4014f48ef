import Glibc
public import NetworkTypes

/// Connections that stay open and keep talking while something happens to the node, and new ones that keep being made.
public struct SteadyTraffic: Sendable {
    /// What became of the traffic.
    public struct Report: Hashable, Sendable {
        /// How many connections were held open.
        public internal(set) var held = 0
        /// Questions that were answered over the held connections.
        public internal(set) var answers = 0
        /// Held connections that broke or stopped answering.
        public internal(set) var lost = 0
        /// New connections that were made meanwhile.
        public internal(set) var made = 0
        /// New connections that were refused or not answered.
        public internal(set) var failed = 0
        /// Milliseconds between two answers, at worst.
        public internal(set) var longestGap = 0.0
        /// The first failure, in words.
        public internal(set) var firstFailure: String?

        /// No connection in any state.
        public init() {}

        /// The sum of two reports.
        public static func + (left: Report, right: Report) -> Report {
            var sum = left
            sum.held += right.held
            sum.answers += right.answers
            sum.lost += right.lost
            sum.made += right.made
            sum.failed += right.failed
            sum.longestGap = max(left.longestGap, right.longestGap)
            sum.firstFailure = left.firstFailure ?? right.firstFailure
            return sum
        }
    }

    /// The addresses that connections are held to, one connection to each, in turn.
    public let targets: [IPEndpoint]
    /// Connections to hold to each target.
    public let connectionsEach: Int
    /// Milliseconds between two rounds of questions: a minute without any fills a table of connections.
    public let pause: UInt32
    /// Milliseconds after which a question counts as lost.
    private static let limit: Int32 = 2000
    private var timeout: Int32 { Patience.milliseconds(Self.limit) }

    /// Traffic to these addresses.
    public init(targets: [IPEndpoint], connectionsEach: Int, pause: UInt32 = 0) {
        self.targets = targets
        self.connectionsEach = connectionsEach
        self.pause = pause
    }

    /// Opens the connections, calls `ready`, and keeps asking over each of them and over new ones until `shouldStop`.
    ///
    /// Runs in the calling thread's network namespace.
    public func run(ready: () -> Void, until shouldStop: () -> Bool) -> Report {
        var report = Report()
        var held: [(socket: InternetSocket, target: IPEndpoint)] = []
        for target in targets {
            for _ in 0..<connectionsEach {
                do throws(TrafficError) {
                    let socket = try InternetSocket(.tcp, family: target.family)
                    try socket.connect(to: target, timeout: timeout)
                    held.append((socket, target))
                } catch {
                    report.lost += 1
                    report.firstFailure = report.firstFailure ?? "\(error)"
                }
            }
        }
        report.held = held.count + report.lost
        ready()
        while !shouldStop() {
            askEach(&held, &report)
            makeNew(&report)
            if pause > 0 { usleep(pause * 1000) }
        }
        return report
    }

    private func askEach(_ held: inout [(socket: InternetSocket, target: IPEndpoint)], _ report: inout Report) {
        held.removeAll { connection in
            let start = milliseconds()
            do throws(TrafficError) {
                try connection.socket.send(Array("still there?\n".utf8))
                _ = try Probe.answer(in: connection.socket.receive(timeout: timeout), from: connection.target)
                report.answers += 1
                report.longestGap = max(report.longestGap, milliseconds() - start)
                return false
            } catch {
                report.lost += 1
                report.firstFailure = report.firstFailure ?? "held connection to \(connection.target): \(error)"
                return true
            }
        }
    }

    private func makeNew(_ report: inout Report) {
        for target in targets {
            do throws(TrafficError) {
                _ = try Probe(.tcp, target, timeout: Self.limit).ask()
                report.made += 1
            } catch {
                report.failed += 1
                report.firstFailure = report.firstFailure ?? "new connection: \(error)"
            }
        }
    }
}

private func milliseconds() -> Double {
    var now = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) * 1000 + Double(now.tv_nsec) / 1_000_000
}
