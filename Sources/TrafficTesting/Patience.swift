import Glibc

/// How long probes, the throwaway cluster and the demo wait before they call something lost.
///
/// Their deadlines suit a machine at its own speed. An emulated one is ten to twenty times slower: there
/// `WEFT_PATIENCE` (1 to 100) makes every deadline that many times longer. What succeeds never waits for one.
public enum Patience {
    /// The number in `WEFT_PATIENCE`, kept within 1 to 100; 1 when there is none.
    public static let factor: Int = factor(of: unsafe getenv("WEFT_PATIENCE").map { unsafe String(cString: $0) })

    /// A deadline for this machine.
    public static func duration(_ duration: Duration) -> Duration { duration * factor }

    /// A deadline for this machine, in milliseconds.
    public static func milliseconds(_ milliseconds: Int32) -> Int32 {
        let (product, isTooLong) = milliseconds.multipliedReportingOverflow(by: Int32(factor))
        return isTooLong ? .max : product
    }

    static func factor(of text: String?) -> Int {
        guard let number = text.flatMap({ Int($0) }) else { return 1 }
        return min(max(number, 1), 100)
    }
}
