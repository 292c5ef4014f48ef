import LinuxSystem
import NFTables

extension FakeRuleset {
    /// Makes one change, with the kernel's errors.
    mutating func apply(_ operation: Operation) throws(NFTablesError) {
        switch operation.object {
        case .table(let table): try apply(operation, table)
        case .chain(let chain): try apply(operation, chain)
        case .set(let set): try apply(operation, set)
        case .rule(let rule): try apply(operation, rule)
        case .elements(let elements, let set): try apply(operation, elements, set)
        }
    }

    private mutating func apply(_ operation: Operation, _ table: Table) throws(NFTablesError) {
        let isThere = tables[table.id] != nil
        switch operation.verb {
        case .add where isThere, .destroy where !isThere: return
        case .create where isThere: throw error(.fileExists, operation)
        case .delete where !isThere, .flush where !isThere: throw error(.noSuchFileOrDirectory, operation)
        case .add, .create: tables[table.id] = FakeTable(declaration: table)
        case .delete, .destroy: tables[table.id] = nil
        case .flush:
            for name in tables[table.id]?.chains.keys.sorted() ?? [] {
                tables[table.id]?.chains[name]?.rules = []
            }
        case .insert, .replace: throw error(.notSupported, operation)
        }
    }

    private mutating func apply(_ operation: Operation, _ chain: Chain) throws(NFTablesError) {
        guard let table = tables[chain.table] else { throw error(.noSuchFileOrDirectory, operation) }
        let present = table.chains[chain.name]
        switch operation.verb {
        case .add where present != nil, .create where present != nil:
            if operation.verb == .create { throw error(.fileExists, operation) }
            guard (present?.declaration.base == nil) == (chain.base == nil) || chain.base == nil else {
                throw error(.notSupported, operation)
            }
            if let policy = chain.base?.policy {
                tables[chain.table]?.chains[chain.name]?.declaration.base?.policy = policy
            }
        case .add, .create: tables[chain.table]?.chains[chain.name] = FakeChain(declaration: chain)
        case .destroy where present == nil: return
        case .delete where present == nil, .flush where present == nil: throw error(.noSuchFileOrDirectory, operation)
        case .delete, .destroy:
            if table.uses(chain: chain.name) { throw error(.busy, operation) }
            tables[chain.table]?.chains[chain.name] = nil
        case .flush: tables[chain.table]?.chains[chain.name]?.rules = []
        case .insert, .replace: throw error(.notSupported, operation)
        }
    }

    private mutating func apply(_ operation: Operation, _ set: NamedSet) throws(NFTablesError) {
        guard let table = tables[set.table] else { throw error(.noSuchFileOrDirectory, operation) }
        let present = table.sets[set.name]
        switch operation.verb {
        case .add where present != nil:
            // A declaration that differs is not the same set: nf_tables_newset compares it and says EEXIST.
            guard let found = present?.declaration, found.key == set.key, found.content == set.content,
                found.flags == set.flags
            else { throw error(.fileExists, operation) }
        case .create where present != nil: throw error(.fileExists, operation)
        case .add, .create: tables[set.table]?.sets[set.name] = FakeSet(declaration: set)
        case .destroy where present == nil: return
        case .delete where present == nil, .flush where present == nil: throw error(.noSuchFileOrDirectory, operation)
        case .delete, .destroy:
            if table.uses(set: set.name) { throw error(.busy, operation) }
            tables[set.table]?.sets[set.name] = nil
        case .flush: tables[set.table]?.sets[set.name]?.elements = [:]
        case .insert, .replace: throw error(.notSupported, operation)
        }
    }

    private mutating func apply(_ operation: Operation, _ rule: Rule) throws(NFTablesError) {
        guard var chain = tables[rule.table]?.chains[rule.chain] else { throw error(.noSuchFileOrDirectory, operation) }
        switch operation.verb {
        case .add, .create, .insert:
            let added = FakeRule(handle: nextHandle, rule: rule, compiled: rule.compiled())
            nextHandle += 1
            let place = try place(of: rule, in: chain, operation)
            chain.rules.insert(added, at: place)
        case .replace, .delete, .destroy:
            guard let index = chain.rules.firstIndex(where: { $0.handle == rule.handle }) else {
                if operation.verb == .destroy { return }
                throw error(.noSuchFileOrDirectory, operation)
            }
            if operation.verb == .replace {
                chain.rules[index] = FakeRule(handle: nextHandle, rule: rule, compiled: rule.compiled())
                nextHandle += 1
            } else {
                chain.rules.remove(at: index)
            }
        case .flush: throw error(.notSupported, operation)
        }
        tables[rule.table]?.chains[rule.chain] = chain
    }

    private func place(of rule: Rule, in chain: FakeChain, _ operation: Operation) throws(NFTablesError) -> Int {
        guard let position = rule.position else { return operation.verb == .insert ? 0 : chain.rules.count }
        guard let index = chain.rules.firstIndex(where: { $0.handle == position }) else {
            throw error(.noSuchFileOrDirectory, operation)
        }
        return operation.verb == .insert ? index : index + 1
    }

    private mutating func apply(
        _ operation: Operation,
        _ elements: [SetElement],
        _ set: NamedSet
    ) throws(NFTablesError) {
        guard tables[set.table]?.sets[set.name] != nil else { throw error(.noSuchFileOrDirectory, operation) }
        for element in elements { try apply(operation, element, set) }
    }

    private mutating func apply(_ operation: Operation, _ element: SetElement, _ set: NamedSet) throws(NFTablesError) {
        guard let target = tables[set.table]?.sets[set.name] else { return }
        let present = target.elements[element.key]
        switch operation.verb {
        case .add, .create:
            try check(element, fits: target.declaration, operation)
            if let present {
                guard operation.verb == .add, present.data == element.data else { throw error(.fileExists, operation) }
                return
            }
            if let size = target.declaration.size, target.elements.count >= Int(size) {
                throw error(Errno(rawValue: 23), operation)
            }
            tables[set.table]?.sets[set.name]?.elements[element.key] = element
        case .delete, .destroy:
            if present == nil && operation.verb == .delete { throw error(.noSuchFileOrDirectory, operation) }
            tables[set.table]?.sets[set.name]?.elements[element.key] = nil
        case .flush, .insert, .replace: throw error(.notSupported, operation)
        }
    }

    private func check(_ element: SetElement, fits set: NamedSet, _ operation: Operation) throws(NFTablesError) {
        let fits =
            switch (set.content, element.data) {
            case (.nothing, .none), (.verdict, .verdict): true
            case (.value(let type), .value(let value)): type.length == value.length
            default: false
            }
        guard fits, element.key.length == set.key.length else { throw error(.invalidArgument, operation) }
    }

    private func error(_ errno: Errno, _ operation: Operation) -> NFTablesError {
        NFTablesError(errno: errno, operation: "\(operation.verb)", object: operation.objectDescription)
    }
}
