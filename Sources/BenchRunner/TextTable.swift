/// Lines of cells under a head, aligned.
struct TextTable {
    /// Which side of its column a cell's text stands at.
    enum Side { case left, right }

    private let sides: [Side]
    private var lines: [[String]]

    init(_ columns: [(head: String, side: Side)]) {
        sides = columns.map(\.side)
        lines = [columns.map(\.head)]
    }

    mutating func add(_ cells: [String]) { lines.append(cells) }

    /// The lines, each column as wide as its widest cell, two spaces between them and none at the ends.
    var text: [String] {
        let widths = sides.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(zip(line, widths), sides).map { cell, side in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return side == .left ? cell.0 + space : space + cell.0
            }
            var text = cells.joined(separator: "  ")
            while text.hasSuffix(" ") { text.removeLast() }
            return text
        }
    }
}
