import Glibc

/// Prints what 10,000 Services x 10 endpoints cost: planned, encoded, committed; beside libnftnl with the same batch.
///
/// `nftables-figures [SERVICES [ENDPOINTS [RUNS]]]`
private func run(_ arguments: [String]) throws {
    let numbers = try arguments.map { argument in
        guard let number = Int(argument), (1...100_000).contains(number) else {
            throw FiguresError(text: "\(argument): give numbers from 1 to 100000: SERVICES ENDPOINTS RUNS")
        }
        return number
    }
    guard geteuid() == 0 else { throw FiguresError(text: "needs root, for network namespaces of its own") }
    let workload = Workload(
        services: numbers.first ?? 10_000,
        endpoints: numbers.dropFirst().first ?? 10
    )
    var figures = Figures()
    for _ in 0..<(numbers.dropFirst(2).first ?? 5) { try figures.measure(workload) }
    print(figures.report(workload))
    guard figures.isSame else { throw FiguresError(text: "the two tables differ") }
}

do {
    try run(Array(CommandLine.arguments.dropFirst()))
} catch {
    let line = Array("nftables-figures: \(error)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
    exit(1)
}
