//! Small documents in the format of Red Hat's, of what a test wants to say.

use serde_json::{Value, json};

/// A document in the making.
pub struct Sample {
    products: Vec<Value>,
    relationships: Vec<Value>,
    pub vulnerability: Value,
    pub tracking: Value,
}

impl Sample {
    pub fn new() -> Self {
        Self {
            products: Vec::new(),
            relationships: Vec::new(),
            vulnerability: json!({"cve": "CVE-2024-0001", "product_status": {}, "remediations": [], "threats": []}),
            tracking: json!({"id": "CVE-2024-0001", "status": "final", "current_release_date": "2024-05-05T00:00:00Z"}),
        }
    }

    /// A package (`purl`) that is part of a platform (`cpe`), in one list; its id.
    pub fn with(mut self, list: &str, cpe: &str, purl: &str) -> Self {
        self.add(list, cpe, purl);
        self
    }

    pub fn add(&mut self, list: &str, cpe: &str, purl: &str) -> String {
        self.products.push(json!({"category": "product_name", "name": cpe, "product": {"name": cpe, "product_id": cpe,
            "product_identification_helper": {"cpe": cpe}}}));
        self.products.push(json!({"category": "product_version", "name": purl, "product": {"name": purl,
            "product_id": purl, "product_identification_helper": {"purl": purl}}}));
        let id = format!("{cpe}:{purl}");
        self.relate(&id, purl, cpe);
        self.list(list, &id);
        id
    }

    pub fn relate(&mut self, id: &str, component: &str, platform: &str) {
        self.relationships.push(json!({"category": "default_component_of",
            "full_product_name": {"name": id, "product_id": id},
            "product_reference": component, "relates_to_product_reference": platform}));
    }

    pub fn list(&mut self, list: &str, id: &str) {
        let status = &mut self.vulnerability["product_status"];
        if status[list].is_null() {
            status[list] = json!([]);
        }
        status[list].as_array_mut().unwrap().push(json!(id));
    }

    pub fn remedy(mut self, category: &str, details: &str, ids: &[&str]) -> Self {
        let remedies = self.vulnerability["remediations"].as_array_mut().unwrap();
        remedies.push(json!({"category": category, "details": details, "product_ids": ids}));
        self
    }

    pub fn json(&self) -> String {
        json!({
            "document": {"category": "csaf_vex", "csaf_version": "2.0", "title": "A document", "tracking": self.tracking},
            "product_tree": {"branches": [{"category": "vendor", "name": "Red Hat", "branches": self.products}],
                "relationships": self.relationships},
            "vulnerabilities": [self.vulnerability],
        })
        .to_string()
    }
}
