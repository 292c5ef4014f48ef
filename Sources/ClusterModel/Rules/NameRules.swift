/// What names, labels and addresses may look like: each rule gives the texts of what is wrong, none when all is well.
public enum NameRules {
    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (0x41...0x5a).contains(byte)
    }

    /// Whether bytes begin and end with such of one class, and have only such of another between them.
    private static func isFramed(
        _ bytes: some BidirectionalCollection<UInt8>,
        ends: (UInt8) -> Bool,
        inner: (UInt8) -> Bool
    ) -> Bool {
        guard let first = bytes.first, let last = bytes.last, ends(first), ends(last) else { return false }
        return bytes.allSatisfy { ends($0) || inner($0) }
    }

    private static func isLabel(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        isFramed(bytes, ends: isLowerOrDigit, inner: { $0 == 0x2d })
    }

    private static func tooLong(_ limit: Int) -> String { "must be no more than \(limit) bytes" }

    /// A label of a domain name (RFC 1123): at most 63 lower-case letters, digits and `-`.
    public static func dns1123Label(_ text: String) -> [String] {
        var problems = text.utf8.count > 63 ? [tooLong(63)] : []
        if !isLabel(text.utf8) {
            problems.append(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
                    + "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            )
        }
        return problems
    }

    /// A domain name (RFC 1123): labels with dots between them, at most 253 bytes.
    public static func dns1123Subdomain(_ text: String) -> [String] {
        var problems = text.utf8.count > 253 ? [tooLong(253)] : []
        if !text.utf8.split(separator: 0x2e, omittingEmptySubsequences: false).allSatisfy({ isLabel($0) }) {
            problems.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
            )
        }
        return problems
    }

    /// A name of the service registry (RFC 6335): at most 15 lower-case letters, digits and single `-`, with a letter.
    public static func portName(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var problems: [String] = []
        if bytes.count > 15 { problems.append(tooLong(15)) }
        if !bytes.allSatisfy({ isLowerOrDigit($0) || $0 == 0x2d }) {
            problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !bytes.contains(where: { (0x61...0x7a).contains($0) }) {
            problems.append("must contain at least one letter (a-z)")
        }
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x2d && $1 == 0x2d }) {
            problems.append("must not contain consecutive hyphens")
        }
        if let first = bytes.first, let last = bytes.last, first == 0x2d || last == 0x2d {
            problems.append("must not begin or end with a hyphen")
        }
        return problems
    }

    /// A name of a label, a finalizer and such: `[domain/]name`, the name at most 63 bytes.
    public static func qualifiedName(_ text: String) -> [String] {
        let form =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
            + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last else {
            return ["a qualified \(form) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
        }
        var problems: [String] = []
        if parts.count == 2 {
            if parts[0].isEmpty {
                problems.append("prefix part must be non-empty")
            } else {
                problems += dns1123Subdomain(String(parts[0])).map { "prefix part \($0)" }
            }
        }
        if name.isEmpty {
            problems.append("name part must be non-empty")
        } else if name.utf8.count > 63 {
            problems.append("name part \(tooLong(63))")
        }
        if !isFramed(name.utf8, ends: isAlphanumeric, inner: { $0 == 0x2d || $0 == 0x5f || $0 == 0x2e }) {
            problems.append(form)
        }
        return problems
    }

    /// The value of a label: empty, or at most 63 letters, digits, `-`, `_` and `.`.
    public static func labelValue(_ text: String) -> [String] {
        var problems = text.utf8.count > 63 ? [tooLong(63)] : []
        let isWell = isFramed(text.utf8, ends: isAlphanumeric, inner: { $0 == 0x2d || $0 == 0x5f || $0 == 0x2e })
        if !text.isEmpty, !isWell {
            problems.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and "
                    + "must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
                    + "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
            )
        }
        return problems
    }

    /// A segment of a path: not `.` or `..`, without `/` and `%`.
    public static func pathSegment(_ text: String) -> [String] {
        if text == "." { return ["may not be '.'"] }
        if text == ".." { return ["may not be '..'"] }
        return ["/", "%"].filter { text.contains($0) }.map { "may not contain '\($0)'" }
    }
}
