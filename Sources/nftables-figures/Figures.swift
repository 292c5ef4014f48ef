import LinuxSystem
import LinuxSystemTesting
import NFTables
import NFTablesInspect
import NetworkTypes
import ServicePlan
import ServiceProxy

/// The time that each part takes, of several runs the median.
struct Figures {
    /// What a run took, part by part.
    struct Run {
        var plan = Duration.zero
        var layout = Duration.zero
        var encode = Duration.zero
        var commit = Duration.zero
        var reference = (build: Duration.zero, commit: Duration.zero)
    }

    private(set) var runs: [Run] = []
    private(set) var elementCount = 0
    private(set) var operationCount = 0
    private(set) var byteCount = 0
    private(set) var isSame = true

    /// Runs both ways once, each in a network namespace of its own.
    mutating func measure(_ workload: Workload) throws {
        var run = Run()
        let specs = Self.timed(&run.plan) { workload.specs() }
        let transaction = try withTestNamespace("figures-weft", loopback: false) { _ in
            let backend = try NFTablesBackend(.ipv4)
            let node = NodeContext(name: "node-0")
            return Self.timed(&run.layout) { backend.replacement(with: specs, node: node) }
        }
        let ours = try withTestNamespace("figures-weft", loopback: false) { _ in
            var connection = try NFTablesConnection()
            let sequence = connection.nextSequence
            let encoded = try Self.timed(&run.encode) { try transaction.encoded(firstSequence: sequence) }
            byteCount = try encoded.bytes().count
            try Self.timed(&run.commit) { try connection.commit(encoded, of: transaction) }
            return try RulesetReader.canonicalDump()
        }
        let theirs = try withTestNamespace("figures-libnftnl", loopback: false) { _ in
            guard var batch = LibnftnlBatch(transaction, capacity: byteCount + 1 << 20) else {
                throw FiguresError(text: "libnftnl can't read what was encoded")
            }
            _ = Self.timed(&run.reference.build) { batch.build() }
            let errno = Self.timed(&run.reference.commit) { batch.commit() }
            if errno != 0 { throw FiguresError(text: "libnftnl's batch: \(Errno(rawValue: errno))") }
            return try RulesetReader.canonicalDump()
        }
        isSame = isSame && ours == theirs && ours.utf8.count > 1000
        (elementCount, operationCount) = (transaction.elementCount, transaction.operations.count)
        runs.append(run)
    }

    private static func timed<Result>(_ duration: inout Duration, _ body: () throws -> Result) rethrows -> Result {
        let start = MonotonicTime.now
        defer { duration = MonotonicTime.now - start }
        return try body()
    }

    /// The table that is printed.
    func report(_ workload: Workload) -> String {
        let (encode, commit) = (median(\.encode), median(\.commit))
        let (build, sent) = (median(\.reference.build), median(\.reference.commit))
        let rows: [(String, String, String, String)] = [
            ("", "Weft", "libnftnl", "ratio"),
            ("objects to specs", text(median(\.plan)), "-", "-"),
            ("specs to transaction", text(median(\.layout)), "-", "-"),
            ("encode", text(encode), text(build), ratio(encode, build)),
            ("commit", text(commit), text(sent), ratio(commit, sent)),
            ("encode and commit", text(encode + commit), text(build + sent), ratio(encode + commit, build + sent)),
        ]
        let lines = rows.map { row in
            padded(row.0, 22, toRight: false) + padded(row.1, 12) + padded(row.2, 12) + padded(row.3, 8)
        }
        let head = """
            \(workload.serviceCount) Services x \(workload.endpointCount) endpoints in one transaction, IPv4: \
            \(operationCount) operations, \(elementCount) elements, \(byteCount) bytes
            median of \(runs.count) runs, each in a network namespace of its own
            """
        let foot = "both tables read back the same: \(isSame ? "yes" : "NO")"
        return ([head, ""] + lines + ["", foot]).joined(separator: "\n")
    }

    private func median(_ part: (Run) -> Duration) -> Duration { runs.map(part).sorted()[runs.count / 2] }

    private func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private func text(_ duration: Duration) -> String { "\(rounded(milliseconds(duration), 10)) ms" }

    private func ratio(_ ours: Duration, _ theirs: Duration) -> String { "\(rounded(ours / theirs, 100))" }

    private func rounded(_ number: Double, _ parts: Double) -> Double { (number * parts).rounded() / parts }

    private func padded(_ text: String, _ width: Int, toRight: Bool = true) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return toRight ? space + text : text + space
    }
}

/// Why there are no figures.
struct FiguresError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
